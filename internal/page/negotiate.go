package page

import (
	"net/http"
	"strconv"
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

// negotiateEncoding picks the encoding as promhttp does: the one of the highest quality,
// the first of equal ones. Where the header forbids all of them, the answer is not
// compressed either.
func negotiateEncoding(h http.Header) encoding {
	best, quality := identity, 0.0
	elements := strings.Split(strings.Join(h["Accept-Encoding"], ","), ",")
	for offer := range encodings {
		for _, element := range elements {
			if q := qualityOf(element, offer.String()); q > quality {
				best, quality = offer, q
			}
		}
	}
	return best
}

// qualityOf returns the quality that an element of a header gives to an encoding; 0 if it
// is of another one or malformed.
func qualityOf(element, encoding string) float64 {
	name, parameter, weighted := strings.Cut(element, ";")
	if name = strings.TrimSpace(name); name != encoding && name != "*" {
		return 0
	}
	if !weighted {
		return 1
	}
	text, found := strings.CutPrefix(strings.TrimSpace(parameter), "q=")
	q, err := strconv.ParseFloat(text, 64)
	if !found || err != nil || !(q <= 1) {
		return 0
	}
	return q
}
