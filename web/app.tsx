/** What the page shows, as a whole. */
export function App() {
  return <main>Visage</main>
}
