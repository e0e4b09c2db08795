/**
 * Part of what names a rendered document: another one renders everything again. In a file of its own, so that an
 * import can tell without loading the renderer.
 */
export const rendererVersion = '6'
