/** Sign and name of the page. */
import sign from './visage.svg'

export function Brand() {
  return (
    <span class="brand">
      <img src={sign} alt="" width="28" height="28" />
      Visage
    </span>
  )
}
