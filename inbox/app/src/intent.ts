// The idempotency key of what a person wants done. An answer can be lost on its way after the deed is done: whoever tries
// the same again sends the same key, and it happens once. Sends nothing itself.
import { ApiError } from './api';

function newKey(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export class Intent {
	private wanted = '';
	private key = '';

	// Carries `deed` out under the key of `wanted`: whatever makes this wish another one than the last.
	async carryOut<T>(wanted: unknown, deed: (key: string) => Promise<T>): Promise<T> {
		const text = JSON.stringify(wanted);
		if (text !== this.wanted || this.key === '') {
			this.wanted = text;
			this.key = newKey();
		}
		try {
			const answer = await deed(this.key);
			this.key = '';
			return answer;
		} catch (error) {
			if (error instanceof ApiError && !error.passing) {
				this.key = ''; // it was surely not done: the next try is a new intention
			}
			throw error;
		}
	}
}
