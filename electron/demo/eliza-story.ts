/** The one long answer: about 300 words with a heading, a list and a code block, so that streaming and rendering show. */
export const elizaStory = `## How a small program learned to listen

Between 1964 and 1966 Joseph Weizenbaum, a computer scientist at MIT, wrote a program that could hold a conversation in plain English. He named it after Eliza Doolittle, the flower girl of *Pygmalion*, because it too could be taught to speak better and better without any change to who it was.

The paper appeared in the *Communications of the ACM* in January 1966. The program ran on an IBM 7094 and knew nothing about the world. It looked for a **keyword**, took your sentence apart around it, and put the pieces together again as a question. The rules were kept apart from the program, in a script. The best known one, DOCTOR, played a therapist who mostly returns what the patient says: the one kind of talk in which knowing nothing looks like patience.

What happens to each sentence:

1. Every word is looked up, and keywords are ranked.
2. The best keyword's patterns are tried, one after another.
3. The first that fits captures the rest of your words.
4. *My* becomes *your*, *I* becomes *you*.
5. One of several answers is filled in, each in its turn.

In a notation close to that of my own script, a rule looks like this:

\`\`\`json
{
  "pattern": "* i feel +",
  "answers": [
    "When did you begin to feel (2)?",
    "Do you often feel (2)?"
  ]
}
\`\`\`

When nothing fits, I return to something you said earlier, or simply ask you to go on.

Weizenbaum was startled by what followed. People confided in his program; his own secretary, he wrote, asked him to leave the room while she talked to it. Ten years later he answered with a book, *Computer Power and Human Reason*, about what computers should not be asked to do.

> The question he left us is not whether a machine can answer, but what we hear when it does.`;
