package simulator

import (
	"testing"
	"time"
)

func BenchmarkNew(b *testing.B) {
	at := time.Date(2031, 3, 5, 15, 4, 5, 0, time.UTC)
	for b.Loop() {
		New(Options{Now: func() time.Time { return at }})
	}
}

func BenchmarkLargeCentre(b *testing.B) {
	at := time.Date(2031, 3, 5, 15, 4, 5, 0, time.UTC)
	for b.Loop() {
		New(Options{Agents: 50_000, Services: 140, Now: func() time.Time { return at }})
	}
}
