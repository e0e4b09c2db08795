const themes = [
  ['system', 'System'],
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['contrast', 'High contrast'],
] as const

/** Rises from the status bar. Choices stay in the browser: nothing is sent, no cookie is set. */
export function Options() {
  return (
    <div class="options" id="site:options" popover="auto" role="dialog" aria-labelledby="site:options-title">
      <h2 class="options-title" id="site:options-title">
        Options
      </h2>
      <fieldset>
        <legend>Theme</legend>
        {themes.map(([value, label]) => (
          <label class="choice">
            <input type="radio" name="theme" value={value} checked={value === 'system'} />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>Effects</legend>
        <label class="choice">
          <input type="checkbox" name="crt" />
          <span>Cathode-ray tube</span>
        </label>
      </fieldset>
      <p class="options-hint">
        Press <kbd>/</kbd> to search.
      </p>
    </div>
  )
}
