package io.espalier.agent.inference;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The model that serves now. Inferences take turns; a switch waits for the one that runs and never shows a gap. */
public final class ActiveModel implements AutoCloseable {
    private final ReentrantLock turn = new ReentrantLock(true);
    private @Nullable ServedModel serving;

    /** What to do with the serving model. */
    @FunctionalInterface
    public interface Use<T> {
        T with(ServedModel serving) throws ModelUnusableException;
    }

    /** Empty where no model serves yet. */
    public <T> Optional<T> use(Use<T> use) throws ModelUnusableException {
        turn.lock();
        try {
            return serving == null ? Optional.empty() : Optional.of(use.with(serving));
        } finally {
            turn.unlock();
        }
    }

    /** Serves {@code next} from now on and closes what served before. */
    public void replaceBy(ServedModel next) {
        turn.lock();
        try {
            ServedModel previous = serving;
            serving = next;
            if (previous != null) {
                previous.close();
            }
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void close() {
        turn.lock();
        try {
            if (serving != null) {
                serving.close();
                serving = null;
            }
        } finally {
            turn.unlock();
        }
    }
}
