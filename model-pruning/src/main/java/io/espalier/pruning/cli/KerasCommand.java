package io.espalier.pruning.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.pruning.keras.KerasException;
import io.espalier.pruning.keras.KerasModel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What {@link KerasImport} runs in a process of its own; its answer is the last line it prints, a JSON object. */
@Command(name = KerasCommand.NAME, hidden = true)
final class KerasCommand implements Callable<Integer> {
    static final String NAME = "read-keras";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(index = "0")
    @SuppressWarnings("NullAway.Init")
    private Path keras;

    @Parameters(index = "1")
    @SuppressWarnings("NullAway.Init")
    private Path onnx;

    @Override
    public Integer call() {
        ObjectNode answer = new ObjectMapper().createObjectNode();
        int code = PruningMain.DONE;
        try {
            KerasModel model = KerasModel.read(keras);
            OutputFile.checked("--out", onnx, List.of(keras)).write(model.onnx());
            answer.put("layers", model.layers()).put("difference", model.difference());
            model.inputDims().forEach(answer.putArray("inputDims")::add);
        } catch (KerasException e) {
            answer.put("problem", e.getMessage());
            code = PruningMain.INVALID;
        }
        spec.commandLine().getOut().println(answer);
        return code;
    }
}
