/** Tables as danfojs makes them, which a notebook shows: `import { DataFrame } from "smitin-lab/tables"`. */

export {
  concat,
  DataFrame,
  dateRange,
  getDummies,
  LabelEncoder,
  MinMaxScaler,
  merge,
  OneHotEncoder,
  readCSV,
  readExcel,
  readJSON,
  Series,
  StandardScaler,
  toCSV,
  toDateTime,
  toExcel,
  toJSON,
} from "danfojs-node";
