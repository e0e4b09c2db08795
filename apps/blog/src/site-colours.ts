/** The colours of the design that a site may choose. */
export const colourNames = ['background', 'text', 'muted', 'accent', 'link', 'heading', 'bar', 'bar-text'] as const

export type ColourName = (typeof colourNames)[number]

export type Palette = Partial<Record<ColourName, string>>

/** Chosen colours by theme. High contrast and print keep their own. */
export interface Palettes {
  light: Palette
  dark: Palette
}

/**
 * Whether a text is one CSS colour that can stand in a style sheet as it is. What is accepted holds no character that
 * ends a declaration, opens a block, a string or a comment, or fetches something.
 */
export function isCssColour(text: string): boolean {
  return hex.test(text) || functional.test(text) || namedColours.has(text.toLowerCase())
}

const hex = /^#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i

const functional = /^(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\([\da-z.%,/ +-]{3,64}\)$/i

const namedColours = new Set(
  `aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood
  cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray
  darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen
  darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue
  firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew
  hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan
  lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray
  lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue
  mediumorchid mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred
  midnightblue mintcream mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid
  palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple
  rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue slateblue
  slategray slategrey snow springgreen steelblue tan teal thistle tomato turquoise violet wheat white whitesmoke yellow
  yellowgreen`.split(/\s+/),
)
