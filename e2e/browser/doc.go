// Package browser opens the exporter's landing page in a real browser.
package browser
