/** What this device believes, on disk, and what time it takes it to be. The rules themselves are in shared-proto. */
@NullMarked
package io.espalier.agent.trust;

import org.jspecify.annotations.NullMarked;
