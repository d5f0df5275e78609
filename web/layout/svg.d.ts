/** A picture that is imported is its URL: Vite names the file by its content. */
declare module '*.svg' {
  const url: string
  export default url
}
