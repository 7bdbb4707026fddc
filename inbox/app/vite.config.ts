import vue from '@vitejs/plugin-vue';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

// Vant's icon style names a font on a foreign host as its fallback. Networks of the government are closed, and the
// content policy forbids it: the reference goes, the font that is inlined stays.
function ownFontsOnly(): Plugin {
	return {
		name: 'own-fonts-only',
		enforce: 'pre',
		transform(code, id) {
			if (!/vant\/es\/icon\/.*\.css/.test(id)) {
				return null;
			}
			return {
				code: code.replace(/,?\s*url\((['"]?)(https?:)?\/\/[^)]*\)\s*(format\([^)]*\))?/g, ''),
				map: null,
			};
		},
	};
}

export default defineConfig({
	base: './',
	plugins: [ownFontsOnly(), vue()],
	build: {
		target: ['chrome87', 'firefox88', 'safari14'],
		modulePreload: { polyfill: false },
		reportCompressedSize: false,
	},
	server: {
		proxy: { '/api': 'http://127.0.0.1:8480' },
	},
	test: {
		environment: 'jsdom',
	},
});
