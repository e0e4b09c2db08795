interface Policy {
  createHTML(text: string): string
}

/**
 * The only way from text to elements in this site's scripts. The policy accepts pages of this server alone: callers
 * pass what `fetch` brought from our own origin, and the parser below runs no script.
 */
const policy: Policy | undefined = (
  globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }
).trustedTypes?.createPolicy('atoll', { createHTML: (text) => text })

export function parsePage(text: string): Document {
  return new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, 'text/html')
}
