package io.espalier.controller.planning.adapter;

import io.espalier.controller.artifact.ArtifactFiles;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.ModelFiles;
import io.espalier.controller.planning.DeviceClass;
import io.espalier.controller.planning.Stock;
import io.espalier.controller.pruning.Job;
import io.espalier.controller.pruning.Jobs;
import io.espalier.controller.pruning.ScoredVariant;
import io.espalier.controller.pruning.Variants;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Probe;
import io.espalier.proto.v1.ProbeSuite;
import io.espalier.pruning.choice.Member;
import io.espalier.pruning.choice.ParetoSet;
import io.espalier.pruning.choice.PriceList;
import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.latency.ModelSuite;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.quantisation.FloatTwin;
import io.espalier.pruning.quantisation.Isa;
import io.espalier.pruning.runtime.OperatorGraph;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Prices the finished variants of a model for a device. Only networks that a worker has written are read, never what an
 * operator uploaded; what was learned of devices is kept until another variant is made.
 */
@Singleton
final class VariantStock {
    private static final Logger LOG = Logger.getLogger(VariantStock.class);
    private static final int MOST_MODELS = 8;

    private final Variants variants;
    private final ArtifactFiles artifacts;
    private final ModelFiles files;
    private final Jobs jobs;
    private final DeviceMeasurements measurements;
    private final double tolerance;
    private final Map<String, Priced> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Priced> eldest) {
            return size() > MOST_MODELS;
        }
    };

    VariantStock(
            Variants variants,
            ArtifactFiles artifacts,
            ModelFiles files,
            Jobs jobs,
            DeviceMeasurements measurements,
            @ConfigProperty(name = "espalier.choice.tolerance") double tolerance) {
        this.variants = variants;
        this.artifacts = artifacts;
        this.files = files;
        this.jobs = jobs;
        this.measurements = measurements;
        this.tolerance = tolerance;
    }

    /** What a list was made of, to be made anew when that changes. */
    private record Priced(List<ScoredVariant> scored, OptionalDouble retrained, PriceList list) {}

    /** The stock for a device; empty where nothing was made yet or the device has not measured itself. */
    synchronized Stock of(DeviceId device, BaseModel model) {
        List<ScoredVariant> scored = variants.scored(model.id().value());
        DeviceMeasurements.Measured measured =
                scored.isEmpty() ? null : measurements.of(device, model).orElse(null);
        if (measured == null) {
            return Stock.EMPTY;
        }
        try {
            Map<Sha256, Double> accuracies = new HashMap<>();
            for (ScoredVariant each : scored) {
                if (each.accuracy() != null) {
                    accuracies.put(each.digest(), each.accuracy());
                }
            }
            Isa processor = new Isa(Set.copyOf(measured.base().hardware().isaFlags()));
            return new Stock(list(model, scored).of(timings(measured)).exactOn(processor), accuracies, tolerance);
        } catch (InvalidModelException | UncheckedIOException e) {
            LOG.warnf(
                    "The variants of model %s cannot be read (%s): devices get campaigns of their own",
                    model.id(), e.getMessage());
            return Stock.EMPTY;
        }
    }

    private static DeviceTimings timings(DeviceMeasurements.Measured measured) {
        return new DeviceTimings(
                DeviceClass.timings(measured.base()),
                DeviceClass.timings(measured.own()),
                measured.dense().p50Micros(),
                Math.max(measured.dense().p50Micros(), measured.dense().p95Micros()),
                1);
    }

    private PriceList list(BaseModel model, List<ScoredVariant> scored) {
        OptionalDouble retrained = retrainedScore(model);
        Priced former = known.get(model.id().value());
        if (former != null && former.scored.equals(scored) && former.retrained.equals(retrained)) {
            return former.list;
        }
        Map<String, Graph> suite = graphs(files.modelSuite(model.id()));
        Graph dense = Objects.requireNonNull(suite.get(ModelSuite.DENSE), "The suite has no unpruned model");
        Costs costs = Costs.of(dense);
        List<Member> members = new ArrayList<>();
        for (ScoredVariant each : scored) {
            members.add(member(each));
        }
        ScoredVariant newest = scored.get(scored.size() - 1);
        ParetoSet set = new ParetoSet(
                new Member(
                        Objects.requireNonNull(model.digest()),
                        newest.scoreBefore(),
                        Math.max(1, newest.samples()),
                        OperatorGraph.of(dense),
                        sizeBytes(files.onnx(model.id())),
                        costs.macs(),
                        costs.parameters()),
                retrained,
                members);
        PriceList list = new PriceList(set, networks(graphs(files.baseSuite(model.id()))), networks(suite));
        known.put(model.id().value(), new Priced(scored, retrained, list));
        return list;
    }

    private Member member(ScoredVariant variant) {
        Graph graph = OnnxReader.read(onnx(variant));
        Graph inFloat = FloatTwin.of(graph);
        Optional<Member.Integers> integers = Optional.ofNullable(variant.largestWeight())
                .map(largest -> new Member.Integers(largest, weightBytes(inFloat) - weightBytes(graph)));
        return new Member(
                variant.digest(),
                variant.score(),
                Math.max(1, variant.samples()),
                OperatorGraph.of(inFloat),
                integers,
                variant.sizeBytes(),
                variant.macs(),
                variant.parameters());
    }

    private static long weightBytes(Graph graph) {
        return graph.initializers().values().stream()
                .mapToLong(tensor -> tensor.sizeBytes())
                .sum();
    }

    /** Of the unpruned model after the recipe's training; empty until that job is done. */
    private OptionalDouble retrainedScore(BaseModel model) {
        @Nullable
        Map<String, Object> result =
                jobs.done(ActionPerformer.baselineKey(model)).map(Job::result).orElse(null);
        Double score = result == null ? null : ModelArtifacts.number(result.get("selectionScoreAfter"));
        return score == null ? OptionalDouble.empty() : OptionalDouble.of(score);
    }

    private static Map<String, OperatorGraph> networks(Map<String, Graph> graphs) {
        Map<String, OperatorGraph> networks = new LinkedHashMap<>();
        graphs.forEach((name, graph) -> networks.put(name, OperatorGraph.of(graph)));
        return networks;
    }

    private static Map<String, Graph> graphs(Path suite) {
        try {
            Map<String, Graph> graphs = new LinkedHashMap<>();
            for (Probe probe : ProbeSuite.parseFrom(Files.readAllBytes(suite)).getProbesList()) {
                graphs.put(probe.getName(), OnnxReader.read(probe.getOnnx().toByteArray()));
            }
            return graphs;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + suite, e);
        }
    }

    private byte[] onnx(ScoredVariant variant) {
        ByteArrayOutputStream onnx = new ByteArrayOutputStream(Math.toIntExact(variant.sizeBytes()));
        try {
            artifacts.copy(variant.artifact(), "model.onnx", onnx);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        return onnx.toByteArray();
    }

    private static long sizeBytes(Path file) {
        try {
            return Math.max(1, Files.size(file));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
