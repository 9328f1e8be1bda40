export default {
  // With the compiler, as the template of main.js is a string; one in a .vue file needs none.
  resolve: { alias: { vue: 'vue/dist/vue.esm-bundler.js' } },
  define: { __VUE_OPTIONS_API__: true, __VUE_PROD_DEVTOOLS__: false, __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false },
  // Vite's copy of a package, made for its server, would look for the engine in the wrong place.
  optimizeDeps: { exclude: ['job-tree'] },
};
