package replica

import (
	"os"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/test/testmain"
)

func TestMain(m *testing.M) {
	testmain.InMemory()
	os.Exit(m.Run())
}
