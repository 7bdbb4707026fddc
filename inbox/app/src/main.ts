import { createApp } from 'vue';
import App from './App.vue';
import './style/base.css';
import './style/door.css';
import './style/house.css';
import './style/list.css';
import './style/alert.css';
import './style/sheet.css';

createApp(App).mount('#app');
