// Counts what this page changed, so that the list is read again.
import { ref } from 'vue';

export const changes = ref(0);
