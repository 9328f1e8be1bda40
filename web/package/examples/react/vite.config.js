export default {
  esbuild: { jsx: 'automatic' },
  // Vite's copy of a package, made for its server, would look for the engine in the wrong place.
  optimizeDeps: { exclude: ['job-tree'] },
};
