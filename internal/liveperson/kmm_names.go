package liveperson

import (
	"net/http"
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// MetricNames are the names of metrics that are asked for.
type MetricNames struct {
	// ByTime are counted or averaged over the time asked for, Current are so now.
	ByTime, Current []string
}

// without returns the names that drop does not name.
func (m MetricNames) without(drop func(string) bool) MetricNames {
	return MetricNames{
		ByTime:  slices.DeleteFunc(slices.Clone(m.ByTime), drop),
		Current: slices.DeleteFunc(slices.Clone(m.Current), drop),
	}
}

func (m MetricNames) len() int { return len(m.ByTime) + len(m.Current) }

// KnownNames leave out the names that the account's version of the API doesn't
// know: LivePerson refuses the whole request because of one of them. The zero value
// leaves out nothing. One goroutine may use it at a time.
type KnownNames struct {
	unknown map[string]bool
	news    []string
}

// LeftOut returns the names that have been left out since it was last called.
func (k *KnownNames) LeftOut() []string {
	news := k.news
	k.news = nil
	return news
}

// try asks with the names that are known. Where they are refused it asks again
// without those that the error names or, if it names none, with those of the oldest
// version; what works is kept.
func (k *KnownNames) try(names MetricNames, ask func(MetricNames) error) error {
	asked := names.without(func(n string) bool { return k.unknown[n] })
	first := ask(asked)
	err := first
	for IsRefusal(err) {
		drop := suspects(asked, err)
		if len(drop) == 0 || len(drop) == asked.len() {
			return first // the names are not why
		}
		asked = asked.without(func(n string) bool { return slices.Contains(drop, n) })
		err = ask(asked)
	}
	if err == nil {
		k.leaveOut(names, asked)
	}
	return err
}

// suspects returns the names that may be why a request with them was refused.
func suspects(asked MetricNames, refusal error) []string {
	named := problemNames(refusal)
	var suspected, young []string
	for _, n := range slices.Concat(asked.ByTime, asked.Current) {
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

// leaveOut notes the names that were not asked for when it worked.
func (k *KnownNames) leaveOut(names, asked MetricNames) {
	if k.unknown == nil {
		k.unknown = map[string]bool{}
	}
	for _, n := range slices.Concat(names.ByTime, names.Current) {
		if !k.unknown[n] && !slices.Contains(asked.ByTime, n) && !slices.Contains(asked.Current, n) {
			k.unknown[n] = true
			k.news = append(k.news, n)
		}
	}
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

// problemNames returns the names that a refusal names.
func problemNames(err error) []string {
	status := api.StatusOf(err)
	if status == nil || status.Problem == "" {
		return nil
	}
	return strings.Split(status.Problem, ", ")
}

// namesIn returns a function that finds in the body of an error the names of metrics
// that were asked for: nothing else of it is shown.
func namesIn(body any) func([]byte) string {
	b, ok := body.(kmmBody)
	if !ok {
		return problem
	}
	return func(answer []byte) string {
		if code := problem(answer); code != "" {
			return code
		}
		words := strings.FieldsFunc(string(answer), func(r rune) bool {
			return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
		})
		var named []string
		for _, n := range slices.Concat(b.ByTime, b.Current) {
			if slices.Contains(words, n) {
				named = append(named, n)
			}
		}
		return strings.Join(named, ", ")
	}
}
