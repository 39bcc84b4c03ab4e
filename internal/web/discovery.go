package web

import (
	"encoding/json"
	"net/http"
)

// targetGroup is one entry of Prometheus' HTTP service discovery.
type targetGroup struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

// discovery gives Prometheus one target per account, each with the parameter
// that limits its page to that account. The address is the one that was asked.
func (o Options) discovery(w http.ResponseWriter, r *http.Request) {
	groups := []targetGroup{}
	for _, a := range o.Status() {
		groups = append(groups, targetGroup{
			Targets: []string{r.Host},
			Labels: map[string]string{
				"__metrics_path__":             o.MetricsPath,
				"__param_account":              a.Account,
				"__meta_contactcenter_account": a.Account,
				"__meta_contactcenter_vendor":  a.Vendor,
			},
		})
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(groups)
}
