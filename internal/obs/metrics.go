package obs

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// prefix starts the name of each metric of ours.
const prefix = "frostgate_"

// Metrics is one registry. Features declare their metrics on it at start; a
// name declared twice or against the rules is a bug and panics.
type Metrics struct {
	reg *prometheus.Registry
}

// NewMetrics returns a registry that already holds the runtime's and the
// process's own metrics.
func NewMetrics() *Metrics {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return &Metrics{reg: reg}
}

// Handler serves the registry in Prometheus' text format.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.reg, promhttp.HandlerOpts{})
}

// Gatherer gives what is registered, for tests and the status page.
func (m *Metrics) Gatherer() prometheus.Gatherer { return m.reg }

// Counter declares a counter; its name ends in _total.
func (m *Metrics) Counter(name, help string, labels ...string) *prometheus.CounterVec {
	checkName(name, "_total")
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	m.reg.MustRegister(c)
	return c
}

// Gauge declares a gauge.
func (m *Metrics) Gauge(name, help string, labels ...string) *prometheus.GaugeVec {
	checkName(name, "")
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	m.reg.MustRegister(g)
	return g
}

// GaugeFunc declares a gauge that is read when somebody looks.
func (m *Metrics) GaugeFunc(name, help string, fn func() float64) {
	checkName(name, "")
	m.reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, fn))
}

// CounterFunc declares a counter that is read when somebody looks.
func (m *Metrics) CounterFunc(name, help string, fn func() float64) {
	checkName(name, "_total")
	m.reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, fn))
}

// Seconds declares a histogram of durations from 100 us to 15 s; its name ends
// in _seconds.
func (m *Metrics) Seconds(name, help string, labels ...string) *prometheus.HistogramVec {
	checkName(name, "_seconds")
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: name, Help: help,
		Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .02, .05, .1, .25, .5, 1, 2.5, 5, 15},
	}, labels)
	m.reg.MustRegister(h)
	return h
}

// Sizes declares a histogram of counts (batch sizes, queue depths).
func (m *Metrics) Sizes(name, help string, labels ...string) *prometheus.HistogramVec {
	checkName(name, "")
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: name, Help: help, Buckets: prometheus.ExponentialBuckets(1, 2, 13),
	}, labels)
	m.reg.MustRegister(h)
	return h
}

func checkName(name, suffix string) {
	if !strings.HasPrefix(name, prefix) || !strings.HasSuffix(name, suffix) {
		panic(fmt.Sprintf("obs: metric %q must be named %s...%s", name, prefix, suffix))
	}
}
