/** Panels one below another on one x axis. */

/** Domains of panels from top to bottom, of the given relative heights, with gaps between them. */
export function stack(heights: number[], gap = 0.05): [number, number][] {
  const unit = (1 - gap * (heights.length - 1)) / heights.reduce((sum, height) => sum + height, 0);
  let top = 1;
  return heights.map((height) => {
    const domain: [number, number] = [Math.max(0, top - height * unit), top];
    top = domain[0] - gap;
    return domain;
  });
}

/** How traces name the nth y axis: y, y2, y3, ... */
export function axisName(n: number): string {
  return n === 1 ? "y" : `y${n}`;
}

/** How the layout names it: yaxis, yaxis2, ... */
export function axisKey(n: number): string {
  return n === 1 ? "yaxis" : `yaxis${n}`;
}
