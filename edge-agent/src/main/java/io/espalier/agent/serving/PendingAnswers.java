package io.espalier.agent.serving;

import io.espalier.agent.inference.ServedModel;
import io.espalier.agent.inference.ServedVariant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was answered under which id and may still be labelled. Bounded: the oldest are forgotten first. */
final class PendingAnswers {
    static final int MOST_IDS = 4096;
    static final int MOST_ANSWERS = 65_536;
    private static final String CLASSIFICATION = "classification";

    private final Map<String, Answers> byId = new LinkedHashMap<>();
    private int answers;

    /**
     * The answers of one request.
     *
     * @param choices the largest output of each sample
     * @param classes how many there are to choose from; 0 where the model does not classify
     */
    record Answers(ServedVariant variant, List<Integer> choices, int classes, List<String> classNames) {
        Answers {
            choices = List.copyOf(choices);
        }
    }

    /** An id that is used again names its latest answers. */
    void remember(String id, ServedModel model, int[] choices) {
        String task = model.variant().getInput().getTask();
        int outputs = model.model().outputShape().elements();
        remember(
                id,
                new Answers(
                        model.name(),
                        Arrays.stream(choices).boxed().toList(),
                        outputs > 1 && (task.isEmpty() || task.equals(CLASSIFICATION)) ? outputs : 0,
                        model.variant().getInput().getClassNamesList()));
    }

    synchronized void remember(String id, Answers given) {
        forget(id);
        byId.put(id, given);
        answers += given.choices().size();
        Iterator<Answers> oldest = byId.values().iterator();
        while (byId.size() > MOST_IDS || answers > MOST_ANSWERS) {
            answers -= oldest.next().choices().size();
            oldest.remove();
        }
    }

    synchronized Optional<Answers> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** False where these are not, or no longer, what waits under the id. */
    synchronized boolean settle(String id, Answers found) {
        if (!found.equals(byId.get(id))) {
            return false;
        }
        forget(id);
        return true;
    }

    private void forget(String id) {
        Answers gone = byId.remove(id);
        answers -= gone == null ? 0 : gone.choices().size();
    }
}
