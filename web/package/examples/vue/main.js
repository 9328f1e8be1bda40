import 'job-tree';
import { createApp, ref } from 'vue';

const app = createApp({
  setup() {
    const news = ref(null);
    return {
      backend: 'http://127.0.0.1:8080',
      job: ref('ff808082843684110184e155fdb36461'),
      paused: ref(false),
      news,
      hear: ({ detail }) => { news.value = detail; },
    };
  },
  template: `
    <h1>Jobs</h1>
    <label><input type="checkbox" v-model="paused"> Paused</label>
    <p role="status">{{ news?.job ? news.job.done + ' of ' + news.job.total + ' done, ' + news.state : 'Asking' }}</p>
    <job-tree :backend="backend" region="cn-north-4" service="eip" :job-id="job" :paused="paused"
      @job-tree-change="hear" @job-tree-settled="hear"></job-tree>`,
});

app.config.compilerOptions.isCustomElement = (tag) => tag === 'job-tree';
app.mount('#app');
