/** Panels one below another on one x axis. */

/** Domains of panels from top to bottom with gaps between them, and how high they are together; all in pixels. */
export function panelsOf(heights: number[], gap: number): { domains: [number, number][]; height: number } {
  const height = heights.reduce((sum, one) => sum + one, gap * (heights.length - 1));
  let top = height;
  const domains = heights.map((one): [number, number] => {
    const domain: [number, number] = [Math.max(0, (top - one) / height), top / height];
    top -= one + gap;
    return domain;
  });
  return { domains, height };
}

/** How traces name the nth y axis: y, y2, y3, ... */
export function axisName(n: number): string {
  return n === 1 ? "y" : `y${n}`;
}

/** How the layout names it: yaxis, yaxis2, ... */
export function axisKey(n: number): string {
  return n === 1 ? "yaxis" : `yaxis${n}`;
}
