/** HTTP/1.1 on a loopback port, with every size, count and time bounded. Knows nothing of models. */
@NullMarked
package io.espalier.agent.http;

import org.jspecify.annotations.NullMarked;
