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
// that limits its page to that account. The address is the external URL's, else the
// one that was asked. The targets have the same address and differ in instance.
func (o Options) discovery(w http.ResponseWriter, r *http.Request) {
	scheme, host, prefix := "", r.Host, "" // without a scheme it is the scrape job's
	switch {
	case o.ExternalURL != nil:
		scheme, host, prefix = o.ExternalURL.Scheme, o.ExternalURL.Host, o.ExternalURL.Path
	case r.TLS != nil:
		scheme = "https"
	}
	groups := []targetGroup{}
	for _, a := range o.placements() {
		labels := map[string]string{
			"__metrics_path__":             prefix + o.MetricsPath,
			"__param_account":              a.Account,
			"__meta_contactcenter_account": a.Account,
			"__meta_contactcenter_vendor":  a.Vendor,
			"instance":                     host + "/" + a.Account,
		}
		if scheme != "" {
			labels["__scheme__"] = scheme
		}
		groups = append(groups, targetGroup{Targets: []string{host}, Labels: labels})
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(groups)
}

// placements returns every account of the configuration.
func (o Options) placements() (all []Placement) {
	if o.Replicas != nil {
		return o.Replicas.Accounts()
	}
	for _, a := range o.Status() {
		all = append(all, Placement{Account: a.Account, Vendor: a.Vendor})
	}
	return all
}
