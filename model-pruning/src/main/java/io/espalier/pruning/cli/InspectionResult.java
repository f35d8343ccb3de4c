package io.espalier.pruning.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.pruning.campaign.Inspection;
import io.espalier.pruning.campaign.Inspector;
import io.espalier.pruning.evaluation.ContractSearch;

/** An inspection as {@code result.json} tells it. */
final class InspectionResult {
    private static final ObjectMapper JSON = new ObjectMapper();

    private InspectionResult() {}

    static ObjectNode json(Inspection found) {
        ObjectNode result = JSON.createObjectNode().put("outcome", "done");
        result.put("digest", found.model().digest().hex());
        found.inputShape().forEach(result.putArray("inputShape")::add);
        result.put("layout", found.layout().name());
        result.put("classes", found.classNames().size());
        found.classNames().forEach(result.putArray("classNames")::add);
        result.put("parameters", found.parameters());
        result.put("macs", found.macs());
        result.put("sizeBytes", found.model().onnx().length);
        result.put("opset", found.model().graph().opset());
        found.accuracy().ifPresent(accuracy -> result.put("accuracy", accuracy));
        result.put("testSamples", found.testSamples());
        result.set(
                "likelyContract",
                found.better().isEmpty() ? null : contract(found.better().get(0)));
        ObjectNode files = result.putObject("files");
        putFile(files, "baseSuite", Inspector.BASE_SUITE, found);
        putFile(files, "modelSuite", Inspector.MODEL_SUITE, found);
        putFile(files, "replay", Inspector.REPLAY, found);
        putFile(files, "golden", Inspector.GOLDEN, found);
        found.warnings().forEach(result.putArray("warnings")::add);
        ArrayNode dense = result.putArray("keptDense");
        found.keptDense()
                .forEach(kept -> dense.addObject().put("name", kept.name()).put("reason", kept.reason()));
        return result;
    }

    private static ObjectNode contract(ContractSearch.Candidate better) {
        ObjectNode contract =
                JSON.createObjectNode().put("scale", better.contract().scale());
        better.contract().mean().forEach(contract.putArray("mean")::add);
        better.contract().std().forEach(contract.putArray("std")::add);
        return contract.put("reason", better.reason());
    }

    private static void putFile(ObjectNode files, String key, String name, Inspection found) {
        if (found.files().containsKey(name)) {
            files.put(key, name);
        }
    }
}
