//go:build race

package promises

// raced is true where the race detector makes everything many times slower: it
// needs the goroutines, not the numbers.
const raced = true
