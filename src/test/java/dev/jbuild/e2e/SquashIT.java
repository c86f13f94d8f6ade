package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@CalledInProcess
class SquashIT extends EndToEnd {
    private static final String LIST =
            "find / -xdev -path /proc -prune -o -path /sys -prune -o -path /dev -prune -o ! -path '/etc/*' -print | sort |"
                    + " while read f; do stat -c '%n %F %a %u %g %Y' \"$f\"; done | grep -v '^/etc \\|^/ '";

    @BeforeEach
    void aBuildfileWithLayersThatHideEachOther() {
        jbuild.withBusybox();
        write(
                "Buildfile.base",
                "FROM busybox\nRUN mkdir -p /d/sub /gone/sub && echo 1 > /d/a && echo 1 > /d/b && ln /d/b /d/c\n");
        jbuild.run("build", "-q", "-f", "Buildfile.base", "-t", "base", ".").succeeded();
        write(
                "Buildfile",
                "FROM base\nENV A=1 B=2\nLABEL l=1 m=2\nRUN rm -r /gone && rm /d/a && echo 2 > /d/b && dd if=/dev/zero of=/big bs=1k count=300\n"
                        + "RUN rm /big && rm -r /d/sub && echo file > /d/sub && touch /h1 && ln /h1 /h2\n"
                        + "RUN chmod 700 /d && ln -s h1 /link && mkdir /gone && echo new > /gone/new\n");
    }

    private String layers(String image) {
        return jbuild.run("inspect", "-f", "{{json .RootFS.Layers}}", image)
                .succeeded()
                .out();
    }

    private static int count(String json) {
        return json.split("sha256:", -1).length - 1;
    }

    private String files(String image) {
        return jbuild.run("run", image, "sh", "-c", LIST).succeeded().out();
    }

    @Test
    void theFilesStayTheLayersBecomeOne() {
        jbuild.run("build", "-q", "-t", "whole", ".").succeeded();
        jbuild.run("build", "-q", "--squash", "-t", "squashed", ".").succeeded();
        jbuild.run("build", "-q", "--squash-all", "-t", "flat", ".").succeeded();
        assertThat(files("squashed"))
                .isEqualTo(files("whole"))
                .contains("/gone/new")
                .doesNotContain("/d/a ");
        assertThat(files("flat")).isEqualTo(files("whole"));
        assertThat(jbuild.run("run", "squashed", "sh", "-c", "cat /d/b /d/c /d/sub; stat -c %h /h1")
                        .succeeded()
                        .out())
                .isEqualTo("2\n1\nfile\n2\n");
        assertThat(count(layers("base"))).isEqualTo(2);
        assertThat(count(layers("squashed"))).isEqualTo(3);
        assertThat(layers("squashed")).startsWith(layers("base").strip().replace("]", ""));
        assertThat(count(layers("flat"))).isEqualTo(1);
        assertThat(jbuild.run("history", "squashed").succeeded().out())
                .contains("the layers of the steps above as one", "chmod 700");
        String again = jbuild.run("build", "-q", "--squash", ".").succeeded().out();
        assertThat(jbuild.run("inspect", "-f", "{{.Id}}", "squashed")
                        .succeeded()
                        .out())
                .isEqualTo(again);
    }

    @Test
    void whatIsNotToBeToldIsLeftOut() {
        jbuild.run("build", "-q", "--unsetenv", "A", "--unsetlabel=m", "--omit-history", "-t", "x", ".")
                .succeeded();
        assertThat(jbuild.run("inspect", "-f", "{{json .Config.Env}} {{json .Config.Labels}}", "x")
                        .succeeded()
                        .out())
                .contains("B=2", "\"l\":\"1\"")
                .doesNotContain("A=1", "\"m\"");
        List<String> lines =
                jbuild.run("history", "x").succeeded().out().lines().toList();
        assertThat(lines).noneMatch(line -> line.contains("RUN"));
    }
}
