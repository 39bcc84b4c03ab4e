package page

import (
	"net/http"
	"strings"

	"github.com/prometheus/common/expfmt"
)

// format is one that is rendered ahead.
type format int

const (
	textFormat format = iota
	openMetricsFormat
	protobufFormat
	formats
)

// formatOf returns the format that content type c is of. Versions of OpenMetrics
// do not differ in what the page has.
func formatOf(c expfmt.Format) format {
	switch {
	case strings.HasPrefix(string(c), expfmt.OpenMetricsType):
		return openMetricsFormat
	case strings.HasPrefix(string(c), expfmt.ProtoType):
		return protobufFormat
	}
	return textFormat
}

// negotiateEncoding picks the encoding as promhttp does: the offer of the
// highest quality, the first of equal ones. Where the header forbids all of
// them, the answer is not compressed either.
func negotiateEncoding(h http.Header) encoding {
	best, quality := identity, -1.0
	for offer := range encodings {
		for _, line := range h["Accept-Encoding"] {
			for value, q := range accepted(line) {
				if q > quality && (value == "*" || value == offer.String()) {
					best, quality = offer, q
				}
			}
		}
	}
	if quality == 0 {
		return identity
	}
	return best
}

// accepted yields the elements of an Accept-Encoding header with their quality,
// up to the first that is malformed. It reads as promhttp does, which has a
// quality begin with 0 or 1, but doesn't bound what follows.
func accepted(line string) func(yield func(value string, q float64) bool) {
	return func(yield func(string, float64) bool) {
		for {
			end := strings.IndexFunc(line, func(r rune) bool { return !inToken(r) })
			if end < 0 {
				end = len(line)
			}
			value := line[:end]
			if value == "" {
				return
			}
			line = trimSpace(line[end:])
			q := 1.0
			if rest, ok := strings.CutPrefix(line, ";"); ok {
				if rest, ok = strings.CutPrefix(trimSpace(rest), "q="); !ok {
					return
				}
				if q, line, ok = quality(rest); !ok {
					return
				}
			}
			if !yield(value, q) {
				return
			}
			rest, ok := strings.CutPrefix(trimSpace(line), ",")
			if !ok {
				return
			}
			line = trimSpace(rest)
		}
	}
}

// quality reads a quality at the start of s.
func quality(s string) (q float64, rest string, ok bool) {
	switch {
	case strings.HasPrefix(s, "0"):
	case strings.HasPrefix(s, "1"):
		q = 1
	default:
		return 0, "", false
	}
	rest, ok = strings.CutPrefix(s[1:], ".")
	if !ok {
		return q, rest, true
	}
	n, scale := 0, 1
	for rest != "" && '0' <= rest[0] && rest[0] <= '9' {
		n = n*10 + int(rest[0]-'0')
		scale *= 10
		rest = rest[1:]
	}
	q += float64(n) / float64(scale)
	return q, rest, q >= 0
}

// inToken reports whether r may stand in the name of an encoding.
func inToken(r rune) bool {
	return ' ' < r && r < 0x7f && !strings.ContainsRune(`"(),:;<=>?@[\]{}`, r)
}

func trimSpace(s string) string { return strings.TrimLeft(s, " \t\r\n") }
