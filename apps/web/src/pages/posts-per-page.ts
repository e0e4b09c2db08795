/** On every list of posts that has pages. */
export const postsPerPage = 20
