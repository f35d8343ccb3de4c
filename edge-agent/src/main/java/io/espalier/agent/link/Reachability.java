package io.espalier.agent.link;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once when something cannot be reached and once when it can again, however often it is tried. */
public final class Reachability {
    private static final Logger LOG = LoggerFactory.getLogger(Reachability.class);

    private final String what;
    private boolean reachable = true;
    private boolean everReached;

    /** {@code what} names the thing and its address: "Kafka at 127.0.0.1:9092". */
    public Reachability(String what) {
        this.what = what;
    }

    /** Whether the last attempt succeeded; not before the first. */
    public synchronized boolean isReached() {
        return everReached && reachable;
    }

    public synchronized void lost(String why, Duration retryIn) {
        if (reachable) {
            LOG.warn(
                    "cannot reach {} ({}), retrying in {} s and then at growing intervals",
                    what,
                    why,
                    Math.max(1, (retryIn.toMillis() + 500) / 1000));
        }
        reachable = false;
    }

    public synchronized void reached() {
        if (!reachable) {
            LOG.info("reached {} again", what);
        }
        reachable = true;
        everReached = true;
    }
}
