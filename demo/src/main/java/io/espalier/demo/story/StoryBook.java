package io.espalier.demo.story;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** Keeps the state of the story on disk, page by page. */
final class StoryBook {
    private final Path file;
    private StoryState state;

    StoryBook(Path file, StoryState state) {
        this.file = file;
        this.state = state;
    }

    StoryState state() {
        return state;
    }

    String modelId() {
        return Objects.requireNonNull(state.modelId(), "The model is not uploaded yet");
    }

    void update(UnaryOperator<StoryState> change) {
        state = change.apply(state);
        try {
            state.write(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }
}
