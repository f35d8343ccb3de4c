package io.espalier.demo.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoryStateTest {
    @TempDir
    Path folder;

    private final StoryState begun = StoryState.begin(
            new StoryInput(Optional.empty(), Optional.empty(), 1, List.of(), List.of(), 3, Optional.empty()));

    @Test
    void isReadAsItWasWritten() throws IOException {
        StoryState state = begun.withDataSet("d-1").withModel("m-1").withAsked("camera", 120);
        state.write(folder.resolve("story.json"));
        assertThat(StoryState.read(folder.resolve("story.json"))).contains(state);
    }

    @Test
    void forgetsARefusedModelAndItsDataSoThatBothCanBeMended() {
        StoryState state = begun.withDataSet("d-1").withModel("m-1").withoutInput();
        assertThat(state).isEqualTo(begun);
    }

    @Test
    void knowsThatAFileOfItsInputWasReplaced() throws IOException {
        Path model = Files.writeString(folder.resolve("model.onnx"), "one");
        StoryInput input =
                new StoryInput(Optional.of(model), Optional.of(folder), 1, List.of(), List.of(), 3, Optional.empty());
        String before = input.fingerprint();
        assertThat(input.fingerprint()).isEqualTo(before).contains(model + " (3 bytes");

        Files.writeString(model, "another");

        assertThat(input.fingerprint()).isNotEqualTo(before);
    }

    @Test
    void isOfOneInputOnly() throws IOException {
        StoryInput input =
                new StoryInput(Optional.empty(), Optional.empty(), 1, List.of(), List.of(), 3, Optional.empty());
        StoryInput other =
                new StoryInput(Optional.empty(), Optional.empty(), 1, List.of(), List.of(), 4, Optional.empty());
        assertThat(StoryState.of(folder, input)).isEqualTo(begun);
        begun.withDataSet("d-1").write(StoryState.in(folder));

        assertThat(StoryState.of(folder, input).dataSetId()).isEqualTo("d-1");
        assertThatThrownBy(() -> StoryState.of(folder, other))
                .isInstanceOf(UnusableFolderException.class)
                .hasMessageContainingAll("epochs=3", "epochs=4", "--home", "--fresh");
    }

    @Test
    void saysWhatToDoWithADamagedOne() throws IOException {
        Path file = Files.writeString(folder.resolve("story.json"), "{\"fingerprint\":");
        assertThatThrownBy(() -> StoryState.read(file))
                .isInstanceOf(UnusableFolderException.class)
                .hasMessageContaining(file + " is damaged: begin anew with --fresh");
    }
}
