package io.espalier.agent.serving;

import io.espalier.agent.http.Reply;
import io.espalier.agent.http.RequestRefusedException;
import io.espalier.agent.serving.PendingAnswers.Answers;
import io.espalier.agent.telemetry.TelemetryRecorder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joins labels with the answers they belong to and counts both, once, for the variant that answered. */
final class Feedback {
    private final String modelName;
    private final TelemetryRecorder telemetry;
    private final PendingAnswers pending;

    Feedback(String modelName, TelemetryRecorder telemetry, PendingAnswers pending) {
        this.modelName = modelName;
        this.telemetry = telemetry;
        this.pending = pending;
    }

    Reply take(FeedbackRequest request, @Nullable String version) throws RequestRefusedException {
        Answers answers = pending.find(request.id())
                .filter(found ->
                        version == null || version.equals(found.variant().variantDigest()))
                .orElseThrow(() -> unknown(request.id()));
        List<Boolean> right = judge(answers, request.labels());
        if (!pending.settle(request.id(), answers)) {
            throw unknown(request.id());
        }
        right.forEach(each -> telemetry.label(answers.variant(), each));
        return Reply.json(200, json -> {
            json.writeStringField("model_name", modelName);
            json.writeStringField("model_version", answers.variant().variantDigest());
            json.writeStringField("id", request.id());
            json.writeNumberField("labelled", right.size());
            json.writeNumberField("correct", right.stream().filter(each -> each).count());
        });
    }

    private static RequestRefusedException unknown(String id) {
        return new RequestRefusedException(
                404,
                "no inference with the id \"" + id
                        + "\" waits for labels: send one \"id\" with each inference and label" + " it once; the latest "
                        + PendingAnswers.MOST_IDS + " are remembered, until the agent stops");
    }

    private static List<Boolean> judge(Answers answers, List<FeedbackRequest.Label> labels)
            throws RequestRefusedException {
        if (answers.classes() == 0) {
            throw new RequestRefusedException(409, "the model does not choose between classes, so labels say nothing");
        }
        if (labels.size() != answers.choices().size()) {
            throw new RequestRefusedException(
                    400, "the inference had " + answers.choices().size() + " samples, \"labels\" has " + labels.size());
        }
        List<Boolean> right = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            right.add(classOf(labels.get(i), answers) == answers.choices().get(i));
        }
        return right;
    }

    private static int classOf(FeedbackRequest.Label label, Answers answers) throws RequestRefusedException {
        int index = label.isName() ? answers.classNames().indexOf(label.text()) : indexOf(label.text());
        if (index < 0 || index >= answers.classes()) {
            throw new RequestRefusedException(
                    400,
                    "the model has no class " + label.text() + ", it has 0 to " + (answers.classes() - 1) + " "
                            + answers.classNames());
        }
        return index;
    }

    private static int indexOf(String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
