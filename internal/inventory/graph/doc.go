// Package graph knows what observed objects refer to: a policy's groups and
// filters, a deployment's secrets, a role's policies. It answers what is next to
// an object, what feels a change of it, what is assigned to nobody, and which
// references lead nowhere.
//
// Invariant: edges are derived from closed runs alone, can be made again from
// inventory, and an object's edges are those of its content last seen. That a
// reference is broken is said only where coverage proves that what it names is
// not there; else it is unknown.
//
// It must not decide what a reference is in code (refs.yaml says), nor follow
// references from one source or tenant into another.
package graph
