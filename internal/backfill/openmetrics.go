package backfill

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
)

// FileSuffix is the end of the names of the files that OpenMetrics writes.
const FileSuffix = ".om"

// OpenMetrics returns a Job.Write that makes a file of OpenMetrics text of each day.
func OpenMetrics(dir string) func(context.Context, Day) error {
	return func(_ context.Context, d Day) error {
		path := filepath.Join(dir, d.Begin.Format("2006-01-02")+FileSuffix)
		err := replaceFile(path, func(f *os.File) error {
			w := bufio.NewWriterSize(f, 1<<16)
			if err := writeText(w, d); err != nil {
				return err
			}
			return w.Flush()
		})
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	}
}

// writeText writes a day as OpenMetrics text.
func writeText(w *bufio.Writer, d Day) error {
	var family *metric.Desc
	var line []byte
	escape := strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
	err := d.All(func(s Series) error {
		if s.Desc != family {
			family = s.Desc
			if _, err := w.WriteString(familyHead(family, escape)); err != nil {
				return err
			}
		}
		line = appendName(line[:0], s, escape)
		head := len(line)
		for _, p := range s.Points {
			line = strconv.AppendFloat(line[:head], p.Value, 'g', -1, 64)
			line = appendSeconds(append(line, ' '), p.At)
			if _, err := w.Write(append(line, '\n')); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = w.WriteString("# EOF\n")
	return err
}

// familyHead names the family without the suffix of counters.
func familyHead(d *metric.Desc, escape *strings.Replacer) string {
	name, kind := d.Name, "gauge"
	switch d.Kind {
	case metric.Counter:
		name, kind = strings.TrimSuffix(name, "_total"), "counter"
	case metric.Histogram:
		kind = "histogram"
	}
	return "# TYPE " + name + " " + kind + "\n# HELP " + name + " " + escape.Replace(d.Help) + "\n"
}

// appendName writes name, labels and a space.
func appendName(b []byte, s Series, escape *strings.Replacer) []byte {
	b = append(b, s.Name...)
	for i, l := range s.Labels {
		b = append(b, "{,"[min(i, 1)])
		b = append(append(b, l.Name...), `="`...)
		b = append(append(b, escape.Replace(l.Value)...), '"')
	}
	if len(s.Labels) > 0 {
		b = append(b, '}')
	}
	return append(b, ' ')
}

// appendSeconds writes milliseconds as seconds.
func appendSeconds(b []byte, ms int64) []byte {
	b = strconv.AppendInt(b, ms/1000, 10)
	if rest := ms % 1000; rest != 0 {
		b = append(b, '.', byte('0'+rest/100), byte('0'+rest/10%10), byte('0'+rest%10))
	}
	return b
}
