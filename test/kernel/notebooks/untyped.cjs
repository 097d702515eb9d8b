exports.number = 7;
