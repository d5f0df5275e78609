/** Style sheets are imported for their effect only: Vite puts them into files of their own. */
declare module '*.css' {}
