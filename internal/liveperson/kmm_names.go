package liveperson

import (
	"net/http"
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// MetricNames are the names of metrics that are asked for.
type MetricNames struct {
	// ByTime are counted or averaged over the time asked for, Current are
	// current values.
	ByTime, Current []string
}

// without returns the names but those of a list.
func (m MetricNames) without(list []string) MetricNames {
	in := func(name string) bool { return slices.Contains(list, name) }
	return MetricNames{ByTime: slices.DeleteFunc(slices.Clone(m.ByTime), in), Current: slices.DeleteFunc(slices.Clone(m.Current), in)}
}

func (m MetricNames) all() []string { return slices.Concat(m.ByTime, m.Current) }

// KnownNames leave out the names that the account's version of the API doesn't
// know: LivePerson refuses the whole request because of one of them. The zero value
// leaves out nothing. One goroutine may use it at a time.
type KnownNames struct {
	unknown []string
	told    int // how many of them LeftOut has returned
}

// LeftOut returns the names that have been left out since it was last called.
func (k *KnownNames) LeftOut() []string {
	news := k.unknown[k.told:]
	k.told = len(k.unknown)
	return news
}

// try asks with the names that are known. Where they are refused it asks again
// without those that the error names or, if it names none, with those of the oldest
// version; what works is kept.
func (k *KnownNames) try(names MetricNames, ask func(MetricNames) error) error {
	unknown := slices.Clip(k.unknown)
	first := ask(names.without(unknown))
	err := first
	for IsRefusal(err) {
		asked := names.without(unknown).all()
		drop := suspects(asked, err)
		if len(drop) == 0 || len(drop) == len(asked) {
			return first // the names are not why
		}
		unknown = append(unknown, drop...)
		err = ask(names.without(unknown))
	}
	if err == nil {
		k.unknown = unknown
	}
	return err
}

// suspects returns the names that may be why a request with them was refused.
func suspects(asked []string, refusal error) []string {
	var suspected, young []string
	named := strings.Split(api.StatusOf(refusal).Problem, ", ")
	for _, n := range asked {
		if slices.Contains(named, n) {
			suspected = append(suspected, n)
		}
		if isYoung(n) {
			young = append(young, n)
		}
	}
	if suspected != nil {
		return suspected
	}
	return young
}

// isYoung reports whether a name is missing in the oldest version of the vendor's
// page (Key Messaging Metrics API, Metrics).
func isYoung(name string) bool {
	return strings.HasPrefix(name, "total_") || strings.HasPrefix(name, "overdue_") || strings.HasPrefix(name, "queue_") ||
		strings.Contains(name, "_sl_") || strings.HasSuffix(name, "_sl") || name == "human_away_load"
}

// IsRefusal reports whether the vendor refuses a request as it is, such as one for a
// time that is no longer kept.
func IsRefusal(err error) bool { return api.HasStatus(err, http.StatusBadRequest) }

// problem finds in the body of an error the names of metrics that were asked for: nothing
// else of it is shown.
func (b kmmBody) problem(answer []byte) string {
	if code := problem(answer); code != "" {
		return code
	}
	words := strings.FieldsFunc(string(answer), func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
	named := slices.DeleteFunc(slices.Concat(b.ByTime, b.Current), func(n string) bool { return !slices.Contains(words, n) })
	return strings.Join(named, ", ")
}
