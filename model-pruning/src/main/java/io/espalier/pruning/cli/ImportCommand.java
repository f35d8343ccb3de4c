package io.espalier.pruning.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings a Keras model over to ONNX, for a person at a terminal. */
@Command(
        name = "import",
        customSynopsis = "./espalier import MODEL.h5 --out MODEL.onnx",
        description = {
            "",
            "Brings a Keras 2 model over to ONNX, channels first, and checks that every layer computes the same.",
            ""
        },
        footer = {"", "Exit code: 0 done, 1 something broke, 2 the model cannot be used."})
final class ImportCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "MODEL.h5", description = "What model.save(\"model.h5\") of Keras 2 wrote")
    @SuppressWarnings("NullAway.Init")
    private Path keras;

    @Option(names = "--out", required = true, paramLabel = "MODEL.onnx", description = "Where to put the ONNX file")
    @SuppressWarnings("NullAway.Init")
    private Path onnx;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text")
    private boolean help;

    @Override
    public Integer call() {
        if (!Files.isRegularFile(keras)) {
            throw new InvalidInputException("The Keras model cannot be used", "There is no model file " + keras);
        }
        OutputFile.checked("--out", onnx, List.of(keras));
        String came = new KerasImport().run(keras, onnx);
        spec.commandLine().getOut().println(onnx + ": " + came);
        return PruningMain.DONE;
    }
}
