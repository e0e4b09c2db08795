/** What a drawing may contain: all of SVG that draws, moves or names something. The rest is left out. */

export const elements = words(`
  svg g defs symbol use switch a title desc style view
  path rect circle ellipse line polyline polygon text tspan textPath image
  marker pattern mask clipPath linearGradient radialGradient stop
  filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting
  feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage
  feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence
  animate animateMotion animateTransform mpath set
`)

/** Elements whose text is shown or read out; elsewhere it is only white space. */
export const textElements = words('text tspan textPath title desc')

/** Properties that are attributes as well. */
export const presentation = words(`
  alignment-baseline baseline-shift clip-path clip-rule color color-interpolation color-interpolation-filters cursor
  direction display dominant-baseline fill fill-opacity fill-rule filter flood-color flood-opacity
  font-family font-size font-size-adjust font-stretch font-style font-variant font-weight image-rendering
  letter-spacing lighting-color marker-end marker-mid marker-start mask mask-type opacity overflow paint-order
  pointer-events shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap
  stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor text-decoration text-overflow
  text-rendering transform-origin unicode-bidi vector-effect visibility white-space word-spacing writing-mode
`)

/** Properties that only a style can set. Editors write many others, which no browser knows. */
export const styleOnly = words(`
  animation animation-delay animation-direction animation-duration animation-fill-mode animation-iteration-count
  animation-name animation-play-state animation-timing-function font isolation marker mix-blend-mode offset-path
  transform transform-box
`)

export const attributes = words(`
  id class style href lang xml:lang xml:space role aria-label aria-labelledby aria-describedby aria-hidden
  version viewBox preserveAspectRatio width height x y x1 y1 x2 y2 cx cy r rx ry d points pathLength transform
  requiredExtensions requiredFeatures systemLanguage
  dx dy rotate textLength lengthAdjust startOffset method spacing side
  markerWidth markerHeight markerUnits refX refY orient
  patternUnits patternContentUnits patternTransform maskUnits maskContentUnits clipPathUnits
  gradientUnits gradientTransform spreadMethod fx fy fr offset
  filterUnits primitiveUnits in in2 result type mode values operator k1 k2 k3 k4 order kernelMatrix divisor bias
  targetX targetY edgeMode kernelUnitLength preserveAlpha surfaceScale diffuseConstant specularConstant
  specularExponent limitingConeAngle azimuth elevation z pointsAtX pointsAtY pointsAtZ scale xChannelSelector
  yChannelSelector stdDeviation radius baseFrequency numOctaves seed stitchTiles tableValues slope intercept
  amplitude exponent
  attributeName begin dur end min max restart repeatCount repeatDur fill calcMode keyTimes keySplines keyPoints
  from to by additive accumulate path origin
  ${[...presentation].join(' ')}
`)

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/))
}
