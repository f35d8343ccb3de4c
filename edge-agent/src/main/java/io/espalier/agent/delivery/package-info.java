/** Brings an artifact to the disk, whole and verified, over retained MQTT chunks or HTTP. What is done with it then is not its business. */
@NullMarked
package io.espalier.agent.delivery;

import org.jspecify.annotations.NullMarked;
