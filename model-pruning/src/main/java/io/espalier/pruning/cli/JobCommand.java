package io.espalier.pruning.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Does the job described in a folder and leaves the answer in it. */
@Command(
        name = "job",
        hidden = true,
        description = "Does the job that JOBDIR/job.json describes; progress as JSON lines, answer in result.json.")
final class JobCommand implements Callable<Integer> {
    @Parameters(paramLabel = "JOBDIR", description = "Folder that holds job.json")
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    private boolean help;

    @Override
    public Integer call() {
        JobFolder folder = new JobFolder(directory);
        folder.removeResult();
        Outcome outcome;
        try {
            JobSpec spec = JobReader.read(folder.job());
            outcome = new JobRunner(folder, new ProgressLines(System.out)).run(spec);
        } catch (InvalidInputException e) {
            outcome = invalid(e);
        }
        folder.writeResult(outcome);
        if (outcome.exitCode() == PruningMain.DONE) {
            JobCheckpoints.clear(folder);
        }
        return outcome.exitCode();
    }

    private static Outcome invalid(InvalidInputException problem) {
        ObjectNode result = new ObjectMapper().createObjectNode().put("outcome", "invalid");
        result.putObject("problem").put("title", problem.title()).put("detail", String.valueOf(problem.getMessage()));
        return new Outcome(PruningMain.INVALID, result);
    }
}
