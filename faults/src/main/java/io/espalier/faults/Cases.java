package io.espalier.faults;

import io.espalier.faults.cases.AgentCases;
import io.espalier.faults.cases.DiskCases;
import io.espalier.faults.cases.DiskFromTheStartCases;
import io.espalier.faults.cases.EnrolmentCases;
import io.espalier.faults.cases.FallbackDiskCases;
import io.espalier.faults.cases.HostileInputCases;
import io.espalier.faults.cases.HttpContentCases;
import io.espalier.faults.cases.JUnitCases;
import io.espalier.faults.cases.MessageCases;
import io.espalier.faults.cases.NameCases;
import io.espalier.faults.cases.NetworkCases;
import io.espalier.faults.cases.ProgramDiskCases;
import io.espalier.faults.cases.RotationCases;
import io.espalier.faults.cases.ServerCases;
import io.espalier.faults.cases.SessionCases;
import io.espalier.faults.cases.TelemetryCases;
import io.espalier.faults.cases.UpgradeCases;
import java.util.ArrayList;
import java.util.List;

/** All cases: add a class that knows some to the list. */
final class Cases {
    private static final List<CaseSource> SOURCES = List.of(
            new AgentCases(),
            new UpgradeCases(),
            new NetworkCases(),
            new HttpContentCases(),
            new ServerCases(),
            new JUnitCases("Attacks", "", "io.espalier.agent.shadow.AttackTest"),
            new JUnitCases("Attacks", ", by its certificate", "io.espalier.agent.identity.ServerTrustTest"),
            new JUnitCases("Access", ", by MQTT", "io.espalier.stack.MqttAccessIT"),
            new JUnitCases("Access", ", by Kafka", "io.espalier.stack.KafkaAccessIT"),
            new JUnitCases("Access", ", on disk", "io.espalier.agent.slot.SlotsTest"),
            new EnrolmentCases(),
            new SessionCases(),
            new RotationCases(),
            new TelemetryCases(),
            new NameCases(),
            new MessageCases(),
            new HostileInputCases(),
            new JUnitCases("Spool", "", "io.espalier.agent.telemetry.SpoolFaultsTest"),
            new DiskFromTheStartCases(),
            new DiskCases(),
            new FallbackDiskCases(),
            new ProgramDiskCases());

    private Cases() {}

    static List<FaultCase> of(Place place) throws Exception {
        List<FaultCase> cases = new ArrayList<>();
        for (CaseSource source : SOURCES) {
            cases.addAll(source.cases(place));
        }
        return cases;
    }
}
