package scrape

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/go-kit/log"
)

func TestEachUnknownValueIsLoggedOnce(t *testing.T) {
	var b bytes.Buffer
	u := unknownLog{log: log.NewLogfmtLogger(&b)}
	u.note([]string{"reasonCode=COFFEE", "stateId=SUPERVISING", "reasonCode=COFFEE"})
	u.note([]string{"stateId=SUPERVISING", "stateId=COACHING", "timeStamp"})
	for _, want := range []string{"field=reasonCode value=COFFEE", "field=stateId value=SUPERVISING", "field=stateId value=COACHING", "field=timeStamp\n"} {
		if strings.Count(b.String(), want) != 1 {
			t.Errorf("not once: %s", want)
		}
	}
	if got := fmt.Sprint(u.list()); got != "[reasonCode=COFFEE stateId=COACHING stateId=SUPERVISING timeStamp]" {
		t.Errorf("the list is %s", got)
	}
	for i := range 10 * maxUnknownLogged {
		u.note([]string{fmt.Sprint("field", i)})
	}
	if n := strings.Count(b.String(), "\n"); n != maxUnknownLogged {
		t.Errorf("%d lines", n)
	}
}
