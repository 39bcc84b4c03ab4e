package simulator

import (
	"net/http"
	"testing"
)

func TestServiceList(t *testing.T) {
	s := newStand(t, Options{Services: 23})
	session := s.session()
	type reply struct {
		Service []struct{ ServiceID, CallCenterID int }
		Next    string
	}
	list := func(path string) (r reply) {
		s.get(&r, "GET", path, "", "LV-Session", session)
		return r
	}
	seen := map[int]int{}
	pages := 0
	for path := "/configuration/services?count=10&offset=0"; path != ""; pages++ {
		page := list(path)
		for _, row := range page.Service {
			seen[row.ServiceID] = row.CallCenterID
		}
		path = page.Next
	}
	if len(seen) != 23 || pages != 3 {
		t.Errorf("%d services on %d pages, want 23 on 3", len(seen), pages)
	}
	one := list("/configuration/v6.0/services?count=1000&callCenter=1601").Service
	for _, row := range one {
		if row.CallCenterID != 1601 {
			t.Errorf("service %d of center %d is listed for another", row.ServiceID, row.CallCenterID)
		}
	}
	if len(one) == 0 || len(one) == 23 {
		t.Errorf("%d of 23 services in one center", len(one))
	}
	if rest := list("/configuration/services?count=10&offset=99"); len(rest.Service) > 0 || rest.Next != "" {
		t.Errorf("beyond the end: %v", rest)
	}
	s.status(http.StatusBadRequest, "GET", "/configuration/services", "", "LV-Session", session)
}
