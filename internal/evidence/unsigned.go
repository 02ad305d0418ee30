//go:build frostgate_unsigned

package evidence

// unsignedBuild switches signatures and epochs off in the whole program: the
// comparison needs the same server without them. It is a build tag, not a
// setting, so that no operator can turn evidence off and no released binary
// holds the switch. The tests of evidence fail under it, as they should.
const unsignedBuild = true
