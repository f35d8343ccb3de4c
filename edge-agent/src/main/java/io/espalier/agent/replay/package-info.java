/** Feeds labelled samples to the serving model in bursts, so that latency and accuracy are known without an application. */
@NullMarked
package io.espalier.agent.replay;

import org.jspecify.annotations.NullMarked;
