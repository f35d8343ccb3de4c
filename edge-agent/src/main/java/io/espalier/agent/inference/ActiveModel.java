package io.espalier.agent.inference;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The model that serves now. Inferences take turns; a switch waits for the one that runs and never shows a gap. */
public final class ActiveModel implements AutoCloseable {
    private final ReentrantLock turn = new ReentrantLock(true);
    private volatile @Nullable ServedModel serving;

    /** What to do with the serving model. */
    @FunctionalInterface
    public interface Use<T> {
        T with(ServedModel serving) throws ModelUnusableException;
    }

    /** Empty where no model serves yet. */
    public <T> Optional<T> use(Use<T> use) throws ModelUnusableException {
        turn.lock();
        try {
            ServedModel served = serving;
            return served == null ? Optional.empty() : Optional.of(use.with(served));
        } finally {
            turn.unlock();
        }
    }

    /** What serves now, without waiting for a turn. */
    public Optional<ServedVariant> variant() {
        return Optional.ofNullable(serving).map(ServedModel::name);
    }

    /** The shape of what it takes, without waiting for a turn. */
    public Optional<TensorShape> inputShape() {
        return Optional.ofNullable(serving).map(served -> served.model().inputShape());
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
            ServedModel served = serving;
            serving = null;
            if (served != null) {
                served.close();
            }
        } finally {
            turn.unlock();
        }
    }
}
